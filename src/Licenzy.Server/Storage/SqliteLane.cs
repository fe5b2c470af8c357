using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Licenzy.Server.Storage;

/// <summary>One writer's part of a transaction.</summary>
/// <param name="Work">What it does; it may fail without harm to the others.</param>
/// <param name="Ended">Hears whether it is committed, before the writer does.</param>
internal sealed record SqliteWrite<T>(Func<T> Work, Action<bool> Ended);

/// <summary>
/// A thread with its own connection and a bounded queue. This provider's async is synchronous and its busy retry sleeps, so its work must never
/// run on a request's thread: a lock held from outside would freeze the whole server.
/// </summary>
internal sealed partial class SqliteLane : IDisposable
{
    private const int QueueCapacity = 1024;

    // Writers that share a transaction and its flush: those who waited while the one before was written.
    private const int MostTogether = 64;

    private readonly BlockingCollection<Item> _queue = new(QueueCapacity);
    private readonly SqliteConnection _connection;
    private readonly SqliteWriting _transaction;
    private readonly SqliteStatements _statements;
    private readonly TimeProvider _clock;
    private readonly Thread _thread;

    public SqliteLane(string name, string connectionString, TimeProvider clock, params string[] pragmas)
    {
        _clock = clock;
        _connection = new SqliteConnection(connectionString);
        _connection.Open();
        _transaction = new SqliteWriting(_connection);
        foreach (var pragma in pragmas)
        {
            using var command = _connection.CreateCommand();
            command.CommandText = $"pragma {pragma}";
            command.ExecuteNonQuery();
        }

        _statements = new SqliteStatements(_connection);
        _thread = new Thread(Run) { IsBackground = true, Name = name };
        _thread.Start();
    }

    /// <summary>How much waits in the queue.</summary>
    public int Waiting => _queue.Count;

    /// <summary>Runs the work on the lane's thread; 503 where the queue is full or the work was not begun within three seconds.</summary>
    public Task<T> RunAsync<T>(Func<SqliteConnection, T> work, CancellationToken cancellationToken) =>
        RunAsync(new Item<T>(work, cancellationToken), cancellationToken);

    /// <summary>The same in a transaction, with other writers in it.</summary>
    public Task<T> WriteAsync<T>(Func<SqliteConnection, SqliteStatements, SqliteWrite<T>> begin, CancellationToken cancellationToken) =>
        RunAsync(new WriteItem<T>(connection => begin(connection, _statements), cancellationToken), cancellationToken);

    private async Task<T> RunAsync<T>(Item<T> item, CancellationToken cancellationToken)
    {
        if (!_queue.TryAdd(item))
        {
            throw new StorageUnavailableException("The database's queue is full.");
        }

        return await item.Turn.OutcomeAsync(_clock, cancellationToken).ConfigureAwait(false);
    }

    public void Dispose()
    {
        _queue.CompleteAdding();
        _thread.Join(TimeSpan.FromSeconds(10));
        _statements.Dispose();
        _connection.Dispose();
        _queue.Dispose();
    }

    private void Run()
    {
        foreach (var item in _queue.GetConsumingEnumerable())
        {
            var (next, together) = ((Item?)item, new List<IWriteItem>());
            for (; next is IWriteItem write; next = together.Count < MostTogether && _queue.TryTake(out var other) ? other : null)
                together.Add(write);
            if (together.Count > 0)
                RunTogether(together);
            next?.Run(_connection);
        }
    }

    private void RunTogether(List<IWriteItem> items)
    {
        try
        {
            // Nothing of one before, whatever became of it.
            _transaction.End();
            _transaction.Begin();
            if (items is [var only])
                RunAlone(only);
            else
                RunEach(items);
        }
        catch (Exception failure)
        {
            LetGo();
            foreach (var item in items)
                item.Fail(failure);
            return;
        }

        foreach (var item in items)
            item.Complete();
    }

    private void RunAlone(IWriteItem item)
    {
        if (item.TryWork(_connection))
            _transaction.Commit();
        else
            _transaction.End();
    }

    // One that fails takes back what it did, and nothing else.
    private void RunEach(List<IWriteItem> items)
    {
        foreach (var item in items)
        {
            _transaction.Save();
            if (!item.TryWork(_connection))
                _transaction.TakeBack();
            _transaction.Release();
        }

        _transaction.Commit();
    }

    // So that nobody waits for a lock that this connection does not need.
    private void LetGo()
    {
        try
        {
            _transaction.End();
        }
        catch (SqliteException)
        {
            // The next one tries again, and says so to its callers.
        }
    }
}
