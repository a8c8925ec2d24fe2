import "./styles/index.css";
import { createApi, serviceRoot } from "./api";
import { App } from "./app";
import { Page } from "./views/page";

const root = serviceRoot(location);
const mount = document.getElementById("app");
if (!mount) throw new Error("index.html has no #app");

let page: Page | null = null;
const api = createApi(root, () => app.state?.lang ?? app.url.lang);
const app: App = new App(api, window, () => page?.schedule());
page = new Page(app, mount, root);
window.addEventListener("popstate", () => app.follow());
app.start();
