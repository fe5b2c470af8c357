using System.Data.Common;
using Dapper;
using Npgsql;

namespace Licenzy.Server.Storage;

/// <summary>One conversation with the database: the connection, its transaction where there is one, and the caller's patience.</summary>
internal sealed class Session(
    DbConnection connection, DbTransaction? transaction, Dialect dialect, CancellationToken cancellationToken, TimeSpan? patience = null, SqliteStatements? statements = null)
{
    private readonly List<Func<Session, Task>> _last = [];
    private readonly HashSet<string> _topics = new(StringComparer.Ordinal);
    private readonly List<object> _outdated = [];
    private readonly Dictionary<(object, Type), object?> _asked = [];
    private readonly List<IRowBuffer> _waiting = [];
    private readonly Dictionary<object, IRowBuffer> _buffers = [];

    static Session() => RowMap.Register();

    public Dialect Dialect => dialect;

    /// <summary>Adds what must be the last of the transaction: a row that every writer takes, held no longer than its commit.</summary>
    public void AtEnd(Func<Session, Task> work) => _last.Add(work);

    /// <summary>What is to be done at the end for all that was added until then, see <see cref="AtEnd"/>.</summary>
    public ICollection<T> Last<T>(object what, Func<Session, IReadOnlyList<T>, Task> work)
    {
        if (_asked.TryGetValue((what, typeof(T)), out var known))
            return (List<T>)known!;
        var all = new List<T>();
        _asked[(what, typeof(T))] = all;
        AtEnd(session => work(session, all));
        return all;
    }

    /// <summary>Once this is committed, wakes whoever waits for the topic, see <see cref="Db.Committed"/>.</summary>
    public void Wake(string topic) => _topics.Add(topic);

    /// <summary>Asks only once a transaction; what is asked must not change within it.</summary>
    public async Task<T> OnceAsync<T>(object what, Func<Task<T>> ask)
    {
        if (!_asked.TryGetValue((what, typeof(T)), out var known))
            _asked[(what, typeof(T))] = known = await ask().ConfigureAwait(false);
        return (T)known!;
    }

    /// <summary>What is remembered of it outside the database is another after this transaction, see <see cref="Db.Outdated"/>.</summary>
    public void Outdates(object what) => _outdated.Add(what);

    /// <summary>What was said to be another.</summary>
    public IReadOnlyList<object> Outdated => _outdated;

    /// <summary>
    /// Writes a row with others of its kind: before the next statement of the transaction, so that whatever is read later sees it, or at its end.
    /// </summary>
    public void Put<T>(RowSet<T> set, T row)
        where T : notnull
    {
        if (!_buffers.TryGetValue(set, out var buffer))
            _buffers[set] = buffer = set.NewBuffer();
        if (!_waiting.Contains(buffer))
            _waiting.Add(buffer);
        ((IRowBuffer<T>)buffer).Add(row);
    }

    public async Task<IReadOnlyList<T>> ListAsync<T>(string sql, object? arguments = null)
    {
        await FlushAsync().ConfigureAwait(false);
        return (await connection.QueryAsync<T>(Command(sql, arguments)).ConfigureAwait(false)).AsList();
    }

    /// <summary>Rows of a join: the columns from <paramref name="splitOn"/> on are the second part, absent where they are null.</summary>
    public async Task<IReadOnlyList<T>> ListAsync<TFirst, TSecond, T>(
        string sql, Func<TFirst, TSecond, T> pair, string splitOn, object? arguments = null)
    {
        await FlushAsync().ConfigureAwait(false);
        return (await connection.QueryAsync(Command(sql, arguments), pair, splitOn).ConfigureAwait(false)).AsList();
    }

    /// <summary>Two questions in one turn, answered one after the other: the second sees what the first had to wait for.</summary>
    public async Task<(IReadOnlyList<TFirst> First, IReadOnlyList<TSecond> Second)> ListsAsync<TFirst, TSecond>(string first, string second, object? arguments = null)
    {
        await FlushAsync().ConfigureAwait(false);
        var answers = await connection.QueryMultipleAsync(Command($"{first};\n{second}", arguments)).ConfigureAwait(false);
        await using var disposing = answers.ConfigureAwait(false);
        return ((await answers.ReadAsync<TFirst>().ConfigureAwait(false)).AsList(), (await answers.ReadAsync<TSecond>().ConfigureAwait(false)).AsList());
    }

    public async Task<T?> FindAsync<T>(string sql, object? arguments = null)
    {
        await FlushAsync().ConfigureAwait(false);
        return await connection.QuerySingleOrDefaultAsync<T>(Command(sql, arguments)).ConfigureAwait(false);
    }

    /// <summary>Runs one statement and says how many rows it touched.</summary>
    public async Task<int> ExecuteAsync(string sql, object? arguments = null)
    {
        await FlushAsync().ConfigureAwait(false);
        return await connection.ExecuteAsync(Command(sql, arguments)).ConfigureAwait(false);
    }

    /// <summary>Does what was to be last; says whom to wake after the commit.</summary>
    public async Task<IReadOnlyCollection<string>> EndAsync()
    {
        foreach (var work in _last)
            await work(this).ConfigureAwait(false);
        await FlushAsync().ConfigureAwait(false);
        return _topics;
    }

    /// <summary>Writes what waits to be written, in the order in which its kinds first came.</summary>
    public async Task FlushAsync()
    {
        if (_waiting.Count == 0)
            return;
        if (connection is NpgsqlConnection postgres)
            await WriteTogetherAsync(postgres).ConfigureAwait(false);
        else
            _waiting.ForEach(buffer => buffer.Write(statements!));
        _waiting.ForEach(buffer => buffer.Clear());
        _waiting.Clear();
    }

    // All kinds in one turn to the server and back.
    private async Task WriteTogetherAsync(NpgsqlConnection postgres)
    {
        var batch = new NpgsqlBatch(postgres, (NpgsqlTransaction?)transaction);
        await using var disposing = batch.ConfigureAwait(false);
        _waiting.ForEach(buffer => batch.BatchCommands.Add(buffer.Write()));
        await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private CommandDefinition Command(string sql, object? arguments) =>
        new(sql, arguments, transaction, commandTimeout: (int?)patience?.TotalSeconds, cancellationToken: cancellationToken);
}
