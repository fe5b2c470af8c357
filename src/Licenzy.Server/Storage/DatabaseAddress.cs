using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Licenzy.Server.Storage;

/// <summary>What <c>Licenzy:Database</c> says: its own words decide, not a part of a path or a password that looks like one.</summary>
internal static class DatabaseAddress
{
    public static bool IsPostgres(string? connectionString) =>
        connectionString is not null && Read(() => new DbConnectionStringBuilder { ConnectionString = connectionString })?.ContainsKey("Host") == true;

    /// <summary>Whether an engine can read it; <see langword="null"/> is the default file.</summary>
    public static bool IsReadable(string? connectionString) => connectionString is null
        || (IsPostgres(connectionString)
            ? Read(() => new NpgsqlConnectionStringBuilder(connectionString)) is not null
            : Read(() => new SqliteConnectionStringBuilder(connectionString)) is { DataSource: not ("" or ":memory:"), Mode: SqliteOpenMode.ReadWriteCreate });

    // The exceptions quote the text, which may hold a password: they go no further.
    private static T? Read<T>(Func<T> parse)
        where T : class
    {
        try
        {
            return parse();
        }
        catch (Exception wrong) when (wrong is ArgumentException or FormatException or OverflowException)
        {
            return null;
        }
    }
}
