using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Licenzy.Server.Storage;

/// <summary>
/// A thread with its own connection and a bounded queue. This provider's async is synchronous and its busy retry sleeps, so its work must never
/// run on a request's thread: a lock held from outside would freeze the whole server.
/// </summary>
internal sealed class SqliteLane : IDisposable
{
    private const int QueueCapacity = 1024;
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(3);

    private readonly BlockingCollection<Item> _queue = new(QueueCapacity);
    private readonly SqliteConnection _connection;
    private readonly TimeProvider _clock;
    private readonly Thread _thread;

    public SqliteLane(string name, string connectionString, TimeProvider clock, params string[] pragmas)
    {
        _clock = clock;
        _connection = new SqliteConnection(connectionString);
        _connection.Open();
        foreach (var pragma in pragmas)
        {
            using var command = _connection.CreateCommand();
            command.CommandText = $"pragma {pragma}";
            command.ExecuteNonQuery();
        }

        _thread = new Thread(Run) { IsBackground = true, Name = name };
        _thread.Start();
    }

    /// <summary>How much waits in the queue.</summary>
    public int Waiting => _queue.Count;

    /// <summary>Runs the work on the lane's thread; 503 where the queue is full or the work was not begun within three seconds.</summary>
    public async Task<T> RunAsync<T>(Func<SqliteConnection, T> work, CancellationToken cancellationToken)
    {
        var item = new Item<T>(work, cancellationToken);
        if (!_queue.TryAdd(item))
        {
            throw new StorageUnavailableException("The database's queue is full.");
        }

        try
        {
            return await item.Done.Task.WaitAsync(LongestWait, _clock, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception waited) when (waited is TimeoutException or OperationCanceledException && item.TryAbandon())
        {
            // Not begun, so nothing happened.
            throw waited is TimeoutException ? new StorageUnavailableException("The database is busy.") : waited;
        }
        catch (Exception waited) when (waited is TimeoutException or OperationCanceledException && !item.Done.Task.IsFaulted)
        {
            // Begun: its outcome decides, and its own time-out bounds the wait.
            return await item.Done.Task.ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        _queue.CompleteAdding();
        _thread.Join(TimeSpan.FromSeconds(10));
        _connection.Dispose();
        _queue.Dispose();
    }

    private void Run()
    {
        foreach (var item in _queue.GetConsumingEnumerable())
        {
            item.Run(_connection);
        }
    }

    private abstract class Item
    {
        private int _state;

        /// <summary>Whoever comes first decides: the waiting caller gives up, or the lane begins.</summary>
        public bool TryAbandon() => Interlocked.CompareExchange(ref _state, 1, 0) == 0;

        public abstract void Run(SqliteConnection connection);

        protected bool TryBegin() => Interlocked.CompareExchange(ref _state, 2, 0) == 0;
    }

    private sealed class Item<T>(Func<SqliteConnection, T> work, CancellationToken cancellationToken) : Item
    {
        public TaskCompletionSource<T> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override void Run(SqliteConnection connection)
        {
            if (!TryBegin())
            {
                return;
            }

            try
            {
                cancellationToken.ThrowIfCancellationRequested();
                Done.SetResult(work(connection));
            }
            catch (OperationCanceledException)
            {
                Done.TrySetCanceled(cancellationToken);
            }
            catch (Exception failure)
            {
                Done.SetException(StorageUnavailableException.IsTransient(failure)
                    ? new StorageUnavailableException("The database could not be written or read.", failure)
                    : failure);
            }
        }
    }
}
