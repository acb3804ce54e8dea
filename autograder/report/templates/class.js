"use strict";
// Makes the tables of the class page sortable and searchable; without it they are plain tables.
const submissions = document.getElementById("submissions");
const words = JSON.parse(submissions.dataset.words);
const table = new DataTable(submissions, {
    autoWidth: false,
    language: words,
    lengthMenu: [25, 100, { label: "∞", value: -1 }],
    pageLength: 25,
    layout: {
        topStart: () => document.querySelector("#all .controls"),
        topEnd: "search",
        bottomStart: ["info", "pageLength"],
        bottomEnd: "paging",
    },
    columnDefs: [{ targets: -1, orderable: false }],
    order: [[0, "asc"]],
});
// Only the table scrolls sideways on a phone; whoever has no mouse scrolls it with the arrow keys.
const frame = document.createElement("div");
frame.className = "scroll";
frame.tabIndex = 0;
frame.setAttribute("role", "region");
frame.setAttribute("aria-label", document.querySelector("#all h2").textContent);
submissions.replaceWith(frame);
frame.append(submissions);

for (const filter of document.querySelectorAll("#all .controls select")) {
    filter.addEventListener("change", () => {
        table.column(Number(filter.dataset.column)).search(filter.value, { exact: true }).draw();
    });
}
for (const plain of document.querySelectorAll("table.sorted")) {
    new DataTable(plain, {
        autoWidth: false,
        info: false,
        language: words,
        layout: { topStart: null, topEnd: "searched" in plain.dataset ? "search" : null, bottomStart: null, bottomEnd: "paging" },
        order: [],
        pageLength: 15,
        paging: "paged" in plain.dataset,
        searching: "searched" in plain.dataset,
    });
}
