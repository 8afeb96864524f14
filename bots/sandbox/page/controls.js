// The strip at the top: reports to drop, faults to switch on, figures.

import { post, toast } from "./dom.js";

/** Makes the buttons and the drop zone work. */
export function start() {
  for (const button of document.querySelectorAll("[data-fault]")) {
    button.addEventListener("click", async () => {
      await post("/fault", { fault: button.dataset.fault });
      toast(button.title + ".");
    });
  }
  document.querySelector("#today").addEventListener("click", async () => {
    const { told } = await post("/today", {});
    toast(`Written: ${told}`);
  });
  const drop = document.querySelector("#drop");
  drop.querySelector("input").addEventListener("change", (event) => upload([...event.target.files]));
  // Anywhere on the page will do: nobody hits a small box.
  addEventListener("dragover", (event) => { event.preventDefault(); drop.classList.add("over"); });
  addEventListener("dragleave", () => drop.classList.remove("over"));
  addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    upload([...event.dataTransfer.files]);
  });
}

/** Pictures first, so that they are there when the report that shows them is read. */
async function upload(files) {
  const isReport = (file) => file.name.toLowerCase().endsWith(".md");
  files.sort((a, b) => isReport(a) - isReport(b));
  const told = [];
  for (const file of files) {
    const answer = await fetch(`/upload?name=${encodeURIComponent(file.name)}`, { method: "POST", body: file });
    told.push(answer.status === 413 ? `${file.name} is larger than 10 MB` : (await answer.json()).told);
  }
  toast(told.join(" · "));
}

/** Counts a call. */
export function tally(outcome) {
  const place = document.getElementById(outcome === "lost" ? "lost" : "accepted" in outcome ? "accepted" : "refused");
  place.textContent = Number(place.textContent) + 1;
}
