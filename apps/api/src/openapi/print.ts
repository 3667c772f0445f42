import { apiControllers } from '../api.module';
import { apiDocument } from './document';

/* Prints the description of the HTTP interface, as docs/openapi.json holds it. */
process.stdout.write(`${JSON.stringify(apiDocument(apiControllers), null, 2)}\n`);
