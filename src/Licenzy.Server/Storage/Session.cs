using System.Data.Common;
using Dapper;

namespace Licenzy.Server.Storage;

/// <summary>One conversation with the database: the connection, its transaction where there is one, and the caller's patience.</summary>
internal sealed class Session(DbConnection connection, DbTransaction? transaction, Dialect dialect, CancellationToken cancellationToken, TimeSpan? patience = null)
{
    private readonly List<Func<Session, Task>> _last = [];
    private readonly HashSet<string> _topics = new(StringComparer.Ordinal);
    private readonly List<object> _outdated = [];

    static Session() => RowMap.Register();

    public Dialect Dialect => dialect;

    /// <summary>Adds what must be the last of the transaction: a row that every writer takes, held no longer than its commit.</summary>
    public void AtEnd(Func<Session, Task> work) => _last.Add(work);

    /// <summary>Once this is committed, wakes whoever waits for the topic, see <see cref="Db.Committed"/>.</summary>
    public void Wake(string topic) => _topics.Add(topic);

    /// <summary>What is remembered of it outside the database is another after this transaction, see <see cref="Db.Outdated"/>.</summary>
    public void Outdates(object what) => _outdated.Add(what);

    /// <summary>What was said to be another.</summary>
    public IReadOnlyList<object> Outdated => _outdated;

    public async Task<IReadOnlyList<T>> ListAsync<T>(string sql, object? arguments = null) =>
        (await connection.QueryAsync<T>(Command(sql, arguments)).ConfigureAwait(false)).AsList();

    /// <summary>Rows of a join: the columns from <paramref name="splitOn"/> on are the second part, absent where they are null.</summary>
    public async Task<IReadOnlyList<T>> ListAsync<TFirst, TSecond, T>(
        string sql, Func<TFirst, TSecond, T> pair, string splitOn, object? arguments = null) =>
        (await connection.QueryAsync(Command(sql, arguments), pair, splitOn).ConfigureAwait(false)).AsList();

    public async Task<T?> FindAsync<T>(string sql, object? arguments = null) =>
        await connection.QuerySingleOrDefaultAsync<T>(Command(sql, arguments)).ConfigureAwait(false);

    /// <summary>Runs one statement and says how many rows it touched.</summary>
    public Task<int> ExecuteAsync(string sql, object? arguments = null) => connection.ExecuteAsync(Command(sql, arguments));

    /// <summary>Does what was to be last; says whom to wake after the commit.</summary>
    public async Task<IReadOnlyCollection<string>> EndAsync()
    {
        foreach (var work in _last)
            await work(this).ConfigureAwait(false);
        return _topics;
    }

    private CommandDefinition Command(string sql, object? arguments) =>
        new(sql, arguments, transaction, commandTimeout: (int?)patience?.TotalSeconds, cancellationToken: cancellationToken);
}
