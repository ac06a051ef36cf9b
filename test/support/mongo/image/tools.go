//go:build tools

// Package tools names what the image of the tests is built of: a server of MongoDB's protocol and MongoDB's own tools.
package tools

import (
	_ "github.com/FerretDB/FerretDB/cmd/ferretdb"
	_ "github.com/mongodb/mongo-tools/mongodump/main"
	_ "github.com/mongodb/mongo-tools/mongorestore/main"
)
