namespace Licenzy.Server.Storage;

/// <summary>The few words in which the two engines differ. Everything else is one SQL text.</summary>
internal sealed record Dialect(string Name, string TextType, string BlobType, string ForUpdate, string ForShare, string SkipLocked)
{
    public static Dialect Sqlite { get; } = new("SQLite", "text", "blob", "", "", "");

    /// <summary>Collation "C" orders text by its bytes, as SQLite does.</summary>
    public static Dialect Postgres { get; } = new("PostgreSQL", """text collate "C" """.TrimEnd(), "bytea", " for update", " for share", " for update skip locked");

    /// <summary>Keeps the rows of one table of a join; those that another transaction keeps are waited for, or left out.</summary>
    public string ForUpdateOf(string table, bool waits) => this == Postgres ? $" for update of {table}{(waits ? "" : " skip locked")}" : "";

    /// <summary>That a column is one of a list, which is an array to PostgreSQL and so many parameters to SQLite: <c>id {OneOf("@ids")}</c>.</summary>
    public string OneOf(string list) => this == Postgres ? $"= any({list})" : $"in {list}";

    /// <summary>
    /// Rows to join with, given as one JSON array of arrays (<see cref="RowsJson"/>): the text is the same however many they are. Written as
    /// <c>with v as materialized {Rows(…)}</c>, they are gone through one by one; otherwise SQLite may go through the table instead.
    /// </summary>
    public string Rows(string json, params IEnumerable<(string Name, string Type)> columns)
    {
        var cells = columns.Select((column, i) => $"cast({(this == Postgres ? $"value ->> {i}" : $"json_extract(value, '$[{i}]')")} as {column.Type}) as {column.Name}");
        return $"(select {string.Join(", ", cells)} from {(this == Postgres ? $"jsonb_array_elements(cast({json} as jsonb))" : $"json_each({json})")})";
    }

    /// <summary>A schema script in this engine's words.</summary>
    public string Translate(string script) =>
        script.Replace("{text}", TextType, StringComparison.Ordinal).Replace("{blob}", BlobType, StringComparison.Ordinal);
}
