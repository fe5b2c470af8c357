namespace Licenzy.Server.Storage;

/// <summary>The few words in which the two engines differ. Everything else is one SQL text.</summary>
internal sealed record Dialect(string Name, string TextType, string BlobType, string ForUpdate, string ForShare, string SkipLocked)
{
    public static Dialect Sqlite { get; } = new("SQLite", "text", "blob", "", "", "");

    /// <summary>Collation "C" orders text by its bytes, as SQLite does.</summary>
    public static Dialect Postgres { get; } = new("PostgreSQL", """text collate "C" """.TrimEnd(), "bytea", " for update", " for share", " for update skip locked");

    /// <summary>That a column is one of a list, which is an array to PostgreSQL and so many parameters to SQLite: <c>id {OneOf("@ids")}</c>.</summary>
    public string OneOf(string list) => this == Postgres ? $"= any({list})" : $"in {list}";

    /// <summary>A schema script in this engine's words.</summary>
    public string Translate(string script) =>
        script.Replace("{text}", TextType, StringComparison.Ordinal).Replace("{blob}", BlobType, StringComparison.Ordinal);
}
