using System.Collections.Concurrent;
using Licenzy.Server.OutboundWebhooks;
using Licenzy.Server.Tests.Engines;
using Microsoft.Extensions.DependencyInjection;

namespace Licenzy.Server.Tests.OutboundWebhooks;

/// <summary>Whoever was quick has more claimed ahead: that takes no place from anybody else (SECURITY T36).</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class HoardingTests(Engine engine) : DispatchFixture(engine)
{
    private const int Hoarders = 100;
    private const int Taken = 8;

    // All together more than the dispatcher claims at a time.
    private const int Waiting = 60;

    [Test]
    public async Task A_hundred_that_were_quick_and_then_hang_hold_five_places_each_and_do_not_delay_another()
    {
        Server.Services.GetRequiredService<WebhookTransport>().Patience = TimeSpan.FromMinutes(5);
        var seen = new ConcurrentDictionary<string, int>();
        var hung = 0;
        var allHang = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var hanging = new Receiver((request, stream, token) =>
        {
            if (seen.AddOrUpdate(request.Line, 1, (_, count) => count + 1) <= Taken)
                return Receiver.With(200)(request, stream, token);
            if (Interlocked.Increment(ref hung) == Hoarders * EndpointLane.AtOnce)
                allHang.SetResult();
            return Receiver.HangAsync(request, stream, token);
        });
        await using var good = new Receiver();
        var (bad, fine) = (new List<EndpointRow>(), await EndpointAsync(good.Url));
        for (var i = 0; i < Hoarders; i++)
            bad.Add(await EndpointAsync($"{hanging.Url}&hoarder={i}"));
        foreach (var endpoint in bad)
            await TellAsync(endpoint, Taken + Waiting);
        await allHang.Task.WaitAsync(TimeSpan.FromMinutes(1));

        // None of their places is free again before the other has come.
        await TellAsync(fine, 20);
        await good.First.Task.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.That(seen.Values, Has.Exactly(Hoarders).Items.And.All.EqualTo(Taken + EndpointLane.AtOnce));
    }
}
