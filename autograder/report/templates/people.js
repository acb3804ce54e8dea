"use strict";
// Makes a table of people sortable, searchable and paged, with the page's own controls above it; without it, it is a plain table.
function asList(people, sizes, options) {
    const rest = people.querySelector("template"); // rows that need not be laid out first
    rest?.remove();
    const table = new DataTable(people, {
        autoWidth: false,
        language: JSON.parse(people.dataset.words),
        lengthMenu: [...sizes, -1],
        pageLength: sizes[0],
        layout: {
            topStart: () => document.querySelector("#all .controls"),
            topEnd: "search",
            bottomStart: ["info", "pageLength"],
            bottomEnd: "paging",
        },
        ...options,
    });
    if (rest) table.rows.add([...rest.content.querySelectorAll("tr")]).draw();
    // Only the table scrolls sideways on a phone; whoever has no mouse scrolls it with the arrow keys.
    const frame = document.createElement("div");
    frame.className = "scroll";
    frame.tabIndex = 0;
    frame.setAttribute("role", "region");
    frame.setAttribute("aria-label", document.querySelector("#all h2").textContent);
    people.replaceWith(frame);
    frame.append(people);
    return table;
}
