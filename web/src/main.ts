import "./styles/index.css";
import { createApi, serviceRoot } from "./api";
import { App } from "./app";
import { Page } from "./views/page";

const root = serviceRoot(location);
const mount = document.getElementById("app");
if (!mount) throw new Error("index.html has no #app");

let page: Page | null = null;
const app = new App(createApi(root), window, () => page?.schedule());
page = new Page(app, mount, root);
window.addEventListener("popstate", () => app.follow());
app.start();
