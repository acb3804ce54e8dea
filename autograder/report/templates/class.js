// Makes the tables of the class page sortable and searchable; without it they are plain tables.
const submissions = document.getElementById("submissions");
const words = JSON.parse(submissions.dataset.words);
const table = asList(submissions, [25, 100], {
    columnDefs: [{ targets: -1, orderable: false }],
    order: [[0, "asc"]],
});
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
