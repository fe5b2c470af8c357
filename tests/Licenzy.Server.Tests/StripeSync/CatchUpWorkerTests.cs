using Licenzy.Server.Storage;
using Licenzy.Server.StripeSync;
using Licenzy.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Licenzy.Server.Tests.StripeSync;

public sealed class CatchUpWorkerTests
{
    [Test]
    public async Task A_round_that_a_failed_start_leaves_behind_ends_without_a_word()
    {
        await using var server = await LicenzyTestServer.StartAsync();
        var db = server.Services.GetRequiredService<Db>();
        using var gate = new ManualResetEventSlim();
        var busy = db.WriteAsync(
            _ =>
            {
                gate.Wait();
                return Task.CompletedTask;
            },
            CancellationToken.None);
        try
        {
            // Not stopped, only disposed of: that is all that a host does whose start has failed.
            var worker = new CatchUpWorker(db, server.Services.GetRequiredService<CatchUp>(), TimeProvider.System, NullLogger<CatchUpWorker>.Instance);
            await worker.StartAsync(CancellationToken.None);
            Assert.That(() => db.Waiting[0].Count, Is.Not.Zero.After(5000, 5));
            worker.Dispose();

            // Cancelled before it began is as good an end as any.
            await worker.ExecuteTask!.WaitAsync(TimeSpan.FromSeconds(30)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Assert.That((worker.ExecuteTask!.IsCompleted, worker.ExecuteTask.Exception), Is.EqualTo((true, (AggregateException?)null)));
        }
        finally
        {
            gate.Set();
            await busy;
        }
    }
}
