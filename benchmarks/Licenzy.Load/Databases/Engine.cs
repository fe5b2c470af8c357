using System.Data.Common;
using Licenzy.Load.Serving;
using Licenzy.Server.Storage;
using Npgsql;

namespace Licenzy.Load.Databases;

/// <summary>An engine with a database of the real server's and one of the naive server's in it, on the same disk.</summary>
/// <param name="Name">SQLite or PostgreSQL.</param>
/// <param name="Naive">The process that is the naive server on it.</param>
/// <param name="NaiveDatabase">Its database.</param>
/// <param name="Real">What the real server is told.</param>
internal sealed record Engine(string Name, string Naive, string NaiveDatabase, ServerSettings Real)
{
    public bool IsPostgres => Naive == "serve-naive-postgres";

    public Task<ServerProcess> StartNaiveAsync() => ServerProcess.StartAsync(Naive, new ServerSettings { Database = NaiveDatabase });

    public Task<ServerProcess> StartRealAsync() => ServerProcess.StartAsync("serve-licenzy", Real);

    public async Task<DbConnection> OpenAsync(string database)
    {
        if (!IsPostgres)
        {
            SqliteLibrary.Load(null);
            return NaiveSqlite.Open(database);
        }

        var connection = new NpgsqlConnection($"{database};Pooling=false;Command Timeout=600");
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>A table of numbers from 1, named <c>n (i)</c>.</summary>
    public string Numbers(int count) => IsPostgres
        ? $"with n (i) as (select generate_series(1, {count}))"
        : $"with recursive n (i) as (select 1 union all select i + 1 from n where i < {count})";

    public string Digits => IsPostgres ? "lpad(n.i::text, 7, '0')" : "printf('%07d', n.i)";
}
