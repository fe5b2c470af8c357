using System.Data.Common;
using Dapper;

namespace Licenzy.Server.Storage;

/// <summary>One conversation with the database: the connection, its transaction where there is one, and the caller's patience.</summary>
internal sealed class Session(DbConnection connection, DbTransaction? transaction, Dialect dialect, CancellationToken cancellationToken, TimeSpan? patience = null)
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
        ((RowSet<T>.Buffer)buffer).Add(row);
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

    public async Task<T?> FindAsync<T>(string sql, object? arguments = null)
    {
        await FlushAsync().ConfigureAwait(false);
        return await connection.QuerySingleOrDefaultAsync<T>(Command(sql, arguments)).ConfigureAwait(false);
    }

    /// <summary>Runs one statement and says how many rows it touched.</summary>
    public async Task<int> ExecuteAsync(string sql, object? arguments = null)
    {
        await FlushAsync().ConfigureAwait(false);
        return await ExecuteNowAsync(sql, arguments).ConfigureAwait(false);
    }

    /// <summary>Does what was to be last; says whom to wake after the commit.</summary>
    public async Task<IReadOnlyCollection<string>> EndAsync()
    {
        await FlushAsync().ConfigureAwait(false);
        foreach (var work in _last)
            await work(this).ConfigureAwait(false);
        await FlushAsync().ConfigureAwait(false);
        return _topics;
    }

    /// <summary>Writes what waits to be written, in the order in which its kinds first came.</summary>
    public async Task FlushAsync()
    {
        foreach (var buffer in _waiting)
            await buffer.WriteAsync(this).ConfigureAwait(false);
        _waiting.Clear();
    }

    /// <summary>A statement that writes what waits; it must not wait for itself.</summary>
    internal Task<int> ExecuteNowAsync(string sql, object? arguments) => connection.ExecuteAsync(Command(sql, arguments));

    /// <summary>Runs one statement for each row, prepared once; says of which rows it touched something.</summary>
    internal async Task<IReadOnlyList<T>> ExecuteEachAsync<T>(string sql, IReadOnlyList<T> rows, IReadOnlyList<RowColumn<T>> columns)
    {
        var command = connection.CreateCommand();
        await using var disposing = command.ConfigureAwait(false);
        (command.CommandText, command.Transaction) = (sql, transaction);
        foreach (var column in columns)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = column.Name;
            command.Parameters.Add(parameter);
        }

        var touched = new List<T>();
        foreach (var row in rows)
        {
            for (var i = 0; i < columns.Count; i++)
                command.Parameters[i].Value = columns[i].Value(row) ?? DBNull.Value;
            if (await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false) > 0)
                touched.Add(row);
        }

        return touched;
    }

    private CommandDefinition Command(string sql, object? arguments) =>
        new(sql, arguments, transaction, commandTimeout: (int?)patience?.TotalSeconds, cancellationToken: cancellationToken);
}
