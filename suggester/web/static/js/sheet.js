// The claim sheet: print it.
import { byId } from "./dom.js";
import { listen } from "./keys.js";

byId("print").onclick = () => print();
listen({});
