// Makes the class sortable, searchable and filtered; without it, it is a plain table.
const students = document.getElementById("students");
const table = new DataTable(students, {
    autoWidth: false,
    language: JSON.parse(students.dataset.words),
    lengthMenu: [50, 200, { label: "∞", value: -1 }],
    pageLength: 50,
    layout: {
        topStart: () => document.querySelector("#all .controls"),
        topEnd: "search",
        bottomStart: ["info", "pageLength"],
        bottomEnd: "paging",
    },
    order: [],
});
// Only the table scrolls sideways on a phone; whoever has no mouse scrolls it with the arrow keys.
const frame = document.createElement("div");
frame.className = "scroll";
frame.tabIndex = 0;
frame.setAttribute("role", "region");
frame.setAttribute("aria-label", document.querySelector("#all h2").textContent);
students.replaceWith(frame);
frame.append(students);

const filters = [...document.querySelectorAll("#all .controls select")];
table.search.fixed("filters", (text, data, index) => {
    const told = table.row(index).node().dataset;
    return filters.every((filter) => !filter.value || told[filter.id] === filter.value);
});
for (const filter of filters) filter.addEventListener("change", () => table.draw());
