// Pages without keys of their own: the sheet only.
import { listen } from "./keys.js";

listen({});
