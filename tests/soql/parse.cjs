// Parses each statement of a JSON list on standard input with @jetstreamapp/soql-parser-js; prints [[statement, error]…].
// The package is looked for in the folder of the first argument, else beside this script.
const { createRequire } = require("node:module");
const path = require("node:path");
const { readFileSync } = require("node:fs");

const home = process.argv[2] || __dirname;
const from = createRequire(path.join(path.resolve(home), "parse.cjs"));
const { parseQuery } = from("@jetstreamapp/soql-parser-js");
const refused = [];
for (const statement of JSON.parse(readFileSync(0, "utf8"))) {
  try {
    parseQuery(statement);
  } catch (error) {
    refused.push([statement, String(error.message)]);
  }
}
process.stdout.write(JSON.stringify(refused));
