using Licenzy.Server.Storage;
using Licenzy.Server.StripeSync;
using Licenzy.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Licenzy.Server.Tests.StripeSync;

public sealed class CatchUpWorkerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Test]
    public async Task A_round_that_a_failed_start_leaves_behind_ends_without_a_word()
    {
        await using var server = await LicenzyTestServer.StartAsync();
        var db = server.Services.GetRequiredService<Db>();
        using var gate = new ManualResetEventSlim();
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var busy = db.WriteAsync(
            _ =>
            {
                entered.TrySetResult();
                gate.Wait();
                return Task.CompletedTask;
            },
            CancellationToken.None);
        try
        {
            // Begun: the worker's write would share its transaction otherwise, and wait nowhere.
            await entered.Task.WaitAsync(Patience);
            // Not stopped, only disposed of: that is all that a host does whose start has failed.
            var worker = new CatchUpWorker(db, server.Services.GetRequiredService<CatchUp>(), TimeProvider.System, NullLogger<CatchUpWorker>.Instance);
            await worker.StartAsync(CancellationToken.None);
            Assert.That(() => db.Waiting[0].Count, Is.Not.Zero.After((int)Patience.TotalMilliseconds, 5));
            worker.Dispose();

            // Cancelled before it began is as good an end as any.
            await worker.ExecuteTask!.WaitAsync(Patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Assert.That((worker.ExecuteTask!.IsCompleted, worker.ExecuteTask.Exception), Is.EqualTo((true, (AggregateException?)null)));
        }
        finally
        {
            gate.Set();
            await busy;
        }
    }
}
