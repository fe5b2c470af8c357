using Microsoft.Data.Sqlite;

namespace Licenzy.Server.Storage;

/// <content>What waits in the lane, and how each hears what came of it.</content>
internal sealed partial class SqliteLane
{
    private static Exception Told(Exception failure) => StorageUnavailableException.IsTransient(failure)
        ? new StorageUnavailableException("The database could not be written or read.", failure)
        : failure;

    private interface IWriteItem
    {
        /// <summary>Does its part; <see langword="false"/> where that must be taken back.</summary>
        bool TryWork(SqliteConnection connection);

        void Complete();

        void Fail(Exception failure);
    }

    private abstract class Item
    {
        public abstract void Run(SqliteConnection connection);
    }

    private class Item<T>(Func<SqliteConnection, T> work, CancellationToken cancellationToken) : Item
    {
        public Turn<T> Turn { get; } = new();

        protected CancellationToken Cancellation => cancellationToken;

        public override void Run(SqliteConnection connection)
        {
            if (!Turn.TryBegin())
            {
                return;
            }

            try
            {
                cancellationToken.ThrowIfCancellationRequested();
                Turn.Succeed(work(connection));
            }
            catch (Exception failure)
            {
                Fell(failure);
            }
        }

        protected void Fell(Exception failure)
        {
            if (failure is OperationCanceledException)
                Turn.Cancel(cancellationToken);
            else
                Turn.Fail(Told(failure));
        }
    }

    private sealed class WriteItem<T>(Func<SqliteConnection, SqliteWrite<T>> begin, CancellationToken cancellationToken)
        : Item<T>(_ => throw new InvalidOperationException("A write needs a transaction."), cancellationToken), IWriteItem
    {
        private SqliteWrite<T>? _write;
        private T? _result;
        private Exception? _failure;

        public bool TryWork(SqliteConnection connection)
        {
            // Its caller lost patience before it began.
            if (!Turn.TryBegin())
                return true;
            try
            {
                Cancellation.ThrowIfCancellationRequested();
                _write = begin(connection);
                _result = _write.Work();
                return true;
            }
            catch (Exception failure)
            {
                _failure = failure;
                return false;
            }
        }

        public void Complete() => End(_failure);

        public void Fail(Exception failure) => End(_failure ?? failure);

        private void End(Exception? failure)
        {
            try
            {
                _write?.Ended(failure is null);
            }
            catch (Exception listener)
            {
                // Whoever listens must not end the thread that everybody writes on; and what is written is never done again.
                failure ??= new StorageUnavailableException("It is written, and could not be made known here.", listener);
            }

            if (failure is null)
                Turn.Succeed(_result!);
            else
                Fell(failure);
        }
    }
}
