import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * What the tests do not use and what is most of the work of building: the clients of DNS services in Traefik, stores and
 * protocols of others in Jaeger. Whoever asks for one of them is told that it is not there.
 */

/** What reads routes from the clusters of others, with what the rest of Traefik says of it: package, and more of its type. */
const CLUSTERS = [
  ['ecs', 'ecs', ''],
  ['kubernetes/ingress', 'ingress', 'DefaultRuleSyntax string'],
  [
    'kubernetes/ingress-nginx',
    'ingressnginx',
    'NonTLSEntryPoints []string; WatchNamespace, WatchNamespaceSelector string',
  ],
  ['kubernetes/crd', 'crd', ''],
  ['kubernetes/gateway', 'gateway', 'EntryPoints map[string]Entrypoint'],
  ['kubernetes/knative', 'knative', ''],
];

/** The clients of some 150 DNS services, of Kubernetes and of AWS are most of Traefik; no test needs them. */
export function leaveOutOfTraefik(folder) {
  change(join(folder, 'pkg/provider/acme/provider.go'), (source) =>
    source.replace(
      '"github.com/go-acme/lego/v4/providers/dns"',
      'dns "github.com/traefik/traefik/v3/pkg/provider/acme/nodns"',
    ),
  );
  write(join(folder, 'pkg/provider/acme/nodns/nodns.go'), NO_DNS_SERVICES);
  for (const [path, name, fields] of CLUSTERS) {
    rmSync(join(folder, 'pkg/provider', path), { recursive: true });
    write(join(folder, 'pkg/provider', path, 'none.go'), noCluster(name, fields) + (MORE[name] ?? ''));
  }
  write(join(folder, 'pkg/types/k8sdetector.go'), NO_DETECTOR);
}

const JAEGER_COMPONENTS = [
  ...['spanmetricsconnector', 'kafkaexporter', 'prometheusexporter', 'basicauthextension', 'sigv4authextension'],
  ...['attributesprocessor', 'filterprocessor', 'tailsamplingprocessor', 'adaptivesampling', 'remotesampling'],
  ...['jaegerreceiver', 'kafkareceiver', 'zipkinreceiver', 'storagecleaner', 'remotestorage'],
];

/** The client of Elasticsearch alone is half of Jaeger's packages; the tests store in Badger, and send by OTLP. */
export function leaveOutOfJaeger(folder) {
  const names = new RegExp(`^.*[/\\t](?:${JAEGER_COMPONENTS.join('|')})(?:"|\\.NewFactory\\(\\),).*\\n`, 'gm');
  change(join(folder, 'cmd/jaeger/internal/components.go'), (source) => source.replace(names, ''));
  appendFileSync(join(folder, 'go.mod'), '\nreplace github.com/elastic/go-elasticsearch/v9 => ./no-elasticsearch\n');
  write(join(folder, 'no-elasticsearch/go.mod'), 'module github.com/elastic/go-elasticsearch/v9\n\ngo 1.24\n');
  write(join(folder, 'no-elasticsearch/elasticsearch.go'), NO_ELASTICSEARCH);
  write(join(folder, 'no-elasticsearch/esapi/esapi.go'), NO_ELASTICSEARCH_API);
}

function change(path, alter) {
  const source = readFileSync(path, 'utf8');
  const altered = alter(source);
  if (altered === source) throw new Error(`${path} is not what it was: nothing can be left out of it`);
  writeFileSync(path, altered);
}

function write(path, content) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

const noCluster = (name, fields) => `// Package ${name} stands for a provider that the tests do not use.
package ${name}

import (
	"errors"

	"github.com/traefik/traefik/v3/pkg/config/dynamic"
	"github.com/traefik/traefik/v3/pkg/safe"
)

type Provider struct { ${fields} }

func (*Provider) Init() error {
	return errors.New("built without this provider")
}

func (*Provider) Provide(chan<- dynamic.Message, *safe.Pool) error {
	return nil
}
`;

const MORE = {
  crd: '\nfunc (*Provider) FillExtensionBuilderRegistry(any) {}\n',
  gateway: '\ntype Entrypoint struct {\n\tAddress        string\n\tHasHTTPTLSConf bool\n}\n',
};

const NO_DETECTOR = `package types

import (
	"context"

	"go.opentelemetry.io/otel/sdk/resource"
)

// K8sAttributesDetector stands for the one that asks Kubernetes.
type K8sAttributesDetector struct{}

func (K8sAttributesDetector) Detect(context.Context) (*resource.Resource, error) {
	return resource.Empty(), nil
}
`;

const NO_DNS_SERVICES = `// Package nodns stands for the clients of DNS services.
package nodns

import (
	"errors"

	"github.com/go-acme/lego/v4/challenge"
)

func NewDNSChallengeProviderByName(name string) (challenge.Provider, error) {
	return nil, errors.New("built without DNS services: " + name)
}
`;

const NO_ELASTICSEARCH = `// Package elasticsearch stands for the client of Elasticsearch.
package elasticsearch

import (
	"errors"
	"net/http"

	"github.com/elastic/go-elasticsearch/v9/esapi"
)

type Config struct {
	Addresses            []string
	Username             string
	Password             string
	DiscoverNodesOnStart bool
	CompressRequestBody  bool
	Header               http.Header
	Transport            http.RoundTripper
}

type Client struct {
	Indices *esapi.Indices
}

func NewClient(Config) (*Client, error) {
	return nil, errors.New("built without Elasticsearch")
}
`;

const NO_ELASTICSEARCH_API = `// Package esapi stands for the requests of Elasticsearch.
package esapi

import (
	"errors"
	"io"
)

type Response struct {
	StatusCode int
}

type Indices struct{}

func (*Indices) PutIndexTemplate(string, io.Reader) (*Response, error) {
	return nil, errors.New("built without Elasticsearch")
}
`;
