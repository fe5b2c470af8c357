using Licenzy.Server.Storage;

namespace Licenzy.Reliability.Tests.Locks;

/// <summary>Two bounds of three seconds end in the same moment: that of the work, and that of the one who waits for it.</summary>
public sealed class TurnTests
{
    private const int Rounds = 10_000;

    [Test]
    public async Task Who_loses_patience_as_the_work_fails_hears_how_it_failed()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var (clock, turn) = (new ByHand(), new Turn<int>());
            Assert.That(turn.TryBegin(), Is.True);
            var outcome = turn.OutcomeAsync(clock, CancellationToken.None);
            await Task.WhenAll(Task.Run(clock.Elapse), Task.Run(() => turn.Fail(new StorageUnavailableException("It was not written."))));

            Assert.That(async () => await outcome, Throws.TypeOf<StorageUnavailableException>(), $"round {round}");
        }
    }

    /// <summary>Its only timer ends when it is told.</summary>
    private sealed class ByHand : TimeProvider
    {
        private Action _elapse = () => { };

        public void Elapse() => _elapse();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _elapse = () => callback(state);
            return new Silent();
        }

        private sealed class Silent : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
