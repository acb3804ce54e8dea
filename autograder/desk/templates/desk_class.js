// Makes the class sortable, searchable and filtered; without it, it is a plain table.
const table = asList(document.getElementById("students"), [50, 200], { order: [] });
const filters = [...document.querySelectorAll("#all .controls select")];
table.search.fixed("filters", (text, data, index) => {
    const told = table.row(index).node().dataset;
    return filters.every((filter) => !filter.value || told[filter.id] === filter.value);
});
for (const filter of filters) filter.addEventListener("change", () => table.draw());
