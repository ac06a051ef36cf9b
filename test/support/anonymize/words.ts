/** Words that French data is made of. */
const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** The most frequent first: parties get them by a steep curve, as people do. */
export const SURNAMES = words(`
  Martin Bernard Thomas Petit Robert Richard Durand Dubois Moreau Laurent Simon Michel Lefebvre Leroy Roux David Bertrand
  Morel Fournier Girard Bonnet Dupont Lambert Fontaine Rousseau Vincent Muller Lefèvre Faure André Mercier Blanc Guérin
  Boyer Garnier Chevalier François Legrand Gauthier Garcia Perrin Robin Clément Morin Nicolas Henry Roussel Mathieu
  Gautier Masson Marchand Duval Denis Dumont Marie Lemaire Noël Meyer Dufour Meunier Brun Blanchard Giraud Joly Rivière
  Lucas Brunet Gaillard Barbier Arnaud Martinez Gérard Roche Renard Schmitt Roy Leroux Colin Vidal Caron Picard Roger
  Fabre Aubert Lemoine Renaud Dumas Lacroix Olivier Philippe Bourgeois Pierre Benoît Rey Leclerc Payet Rolland Leclercq
  Guillaume Lecomte Lopez Jean Dupuy Guillot Hubert Berger Carpentier Sanchez Dupuis Moulin Louis Deschamps Huet Vasseur`);

/** Surnames that few people have are put together of these: some 30,000. */
export const SURNAME_PARTS = [
  words(
    'Ker Le Guil Bou Char Mont Gra Vau Ros Plou Tré Cha Bel Fon Mal Cor Lan Pon Saint Vil Bre Dar Gour Quer Lam Per Tar Ca',
  ),
  words(
    'loga ber che nar mou ri ves gan do chon ru bi zac lé mar ti pel vi ran sou dri go la ber tou ne ci fa bou gra do mi',
  ),
  words(
    'den let nec gnac zin douin bault rand tier son vin let quet goff reau lard chet nier man bac dieu court ville sac lou',
  ),
] as const;

export const FIRST_NAMES = words(`
  Marie Jean Pierre Jeanne Michel Louis André Philippe Nathalie Isabelle Alain Sylvie Jacques Monique Catherine Françoise
  Nicolas Christophe Daniel Claude Patrick Martine Anne Bernard Véronique Julien Thomas Sandrine Céline Stéphanie Camille
  Léa Manon Chloé Hugo Lucas Emma Inès Enzo Théo Mathis Clara Louise Gabriel Raphaël Arthur Jules Adam Alice Lina Rose
  Aurélie Émilie Sébastien Frédéric Olivier Guillaume Laurent Vincent Maxime Alexandre Antoine Quentin Benoît Gaëlle`);

export const STREETS = words(`
  Voltaire Hugo Gambetta Pasteur Jaurès Clemenceau Foch Leclerc Moulin Zola Balzac Molière Racine Verdun Acacias Tilleuls
  Lilas Cerisiers Lavoir Moulins Fontaine Église Château Remparts Halles Tanneurs Cordeliers Augustins Prêcheurs Vignes`);
export const ROADS = ['rue', 'avenue', 'boulevard', 'chemin', 'place', 'impasse', 'allée', 'quai'];

export const CITIES = words(`
  Paris Marseille Lyon Toulouse Nice Nantes Montpellier Strasbourg Bordeaux Lille Rennes Reims Toulon Grenoble Dijon
  Angers Nîmes Villeurbanne Clermont Brest Limoges Tours Amiens Perpignan Metz Besançon Orléans Rouen Mulhouse Caen
  Nancy Avignon Poitiers Pau Calais Cannes Béziers Colmar Bourges Valence Quimper Troyes Lorient Niort Chambéry`);
export const SAINTS = words(
  'Aubin Benin Cyr Dié Élix Fargeau Gildas Hilaire Igny Jory Lô Maur Nazaire Omer Pol Quay Rémy Sever',
);
export const RIVERS = words(
  'Loire Seine Rhône Garonne Dordogne Vienne Cher Indre Sarthe Mayenne Oise Aisne Marne Meuse Moselle Ill',
);

/** What clerks write; `%s` is a party's name, `%t` a telephone number. */
export const REMARKS = [
  '%s a appelé ce matin au sujet de son contrat, rappeler au %t avant vendredi.',
  'Courrier de résiliation reçu, signé par %s. Vérifier les pièces jointes.',
  "Le conjoint de l'assuré(e) %s demande un duplicata de l'attestation.",
  'Dossier médical transmis au médecin conseil ; %s sera convoqué(e). Tél. %t',
  'RAS, échéance réglée par virement.',
  "Relance envoyée. L'adresse de %s n'est plus valable, NPAI.",
];
export const CAUSES = ['accident', 'maladie', 'invalidité', 'décès', 'chômage'];
export const MAIL_HOSTS = ['gmail.com', 'orange.fr', 'wanadoo.fr', 'free.fr', 'laposte.net', 'sfr.fr', 'outlook.fr'];
