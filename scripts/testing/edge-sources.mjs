import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * What the tests do not use and what is most of the work of building: the clients of DNS services in Traefik, stores and
 * protocols of others in Jaeger. Whoever asks for one of them is told that it is not there.
 */

/** The clients of some 150 DNS services are half of Traefik; no test proves a domain by DNS. */
export function leaveOutOfTraefik(folder) {
  change(join(folder, 'pkg/provider/acme/provider.go'), (source) =>
    source.replace(
      '"github.com/go-acme/lego/v4/providers/dns"',
      'dns "github.com/traefik/traefik/v3/pkg/provider/acme/nodns"',
    ),
  );
  write(join(folder, 'pkg/provider/acme/nodns/nodns.go'), NO_DNS_SERVICES);
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
