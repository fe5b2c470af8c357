using System.Diagnostics.Metrics;
using System.Text;
using Licenzy.Server.Entitlements;
using Licenzy.Server.Hosting;
using Licenzy.Server.Hosting.Limits;
using Licenzy.Server.Hosting.Metrics;
using Licenzy.Server.Tests.Engines;
using Licenzy.Testing;
using Licenzy.Usage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Licenzy.Server.Tests.Storage;

[TestFixtureSource(typeof(EveryEngine))]
public sealed class IdempotencyRaceTests(Engine engine) : StoreFixture(engine)
{
    private static readonly byte[] Hash = new byte[32];
    private readonly Sealer _sealer = new(new byte[32]);

    [Test]
    public async Task One_key_sent_many_times_at_once_takes_effect_once_and_all_hear_the_same()
    {
        var subject = NewSubject();
        var effects = 0;

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Task.Run(() => SendAsync("key-1", Hash, async session =>
        {
            var held = await EntitlementStore.LockAsync(session, Scope, subject, Now);
            EntitlementStore.SaveSubject(session, Scope, subject, held with { Version = held.Version + 1 }, null, Now);
            return await AnswerAsync(Interlocked.Increment(ref effects));
        }))));

        Assert.That((await RightsAsync(subject)).Version, Is.EqualTo(1));
        Assert.That(answers.Select(answer => answer.Body).Distinct().Count(), Is.EqualTo(1));
        Assert.That(answers.Count(answer => answer.Replayed), Is.EqualTo(11));
    }

    [Test]
    public async Task Another_body_under_the_same_key_is_refused_and_does_nothing()
    {
        await SendAsync("key-2", Hash, _ => AnswerAsync(1));

        var worked = false;
        var answer = await SendAsync("key-2", [.. Enumerable.Repeat((byte)1, 32)], _ =>
        {
            worked = true;
            return AnswerAsync(2);
        });

        Assert.That((answer.Status, worked), Is.EqualTo((409, false)), answer.Body);
    }

    [Test]
    public async Task A_refusal_that_is_not_kept_leaves_the_key_free()
    {
        var first = await SendAsync("key-3", Hash, _ => Task.FromResult<IRepeatableAnswer>(Refusal.NotFound));
        var second = await SendAsync("key-3", Hash, _ => AnswerAsync(1));

        Assert.That((first.Status, second.Status, second.Replayed), Is.EqualTo((404, 200, false)));
    }

    private static Task<IRepeatableAnswer> AnswerAsync(long units) => Task.FromResult<IRepeatableAnswer>(new JsonAnswer<ConsumeUsageResponse>(
        new ConsumeUsageResponse { Ok = true, Consumed = units, UsageRemaining = 0, ConsumptionId = "use_1" }));

    private async Task<(int Status, string Body, bool Replayed)> SendAsync(
        string key, byte[] hash, Func<Server.Storage.Session, Task<IRepeatableAnswer>> work)
    {
        var context = new DefaultHttpContext();
        context.Request.Method = "POST";
        context.SetEndpoint(new RouteEndpoint(_ => Task.CompletedTask, RoutePatternFactory.Parse("/v1/usage/consume"), 0, null, null));
        using var body = new MemoryStream();
        context.Response.Body = body;
        var clock = new ManualTimeProvider(Now);
        var bound = new IdempotencyBound(Db, Options.Create(new LicenzyServerOptions()), clock, NullLogger<IdempotencyBound>.Instance);
        await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = new Meters(services.GetRequiredService<IMeterFactory>(), services, clock);
        var result = await new Idempotency(Db, _sealer, bound, meters, clock).RunAsync(context, Scope, new IdempotencyKey(key), hash, work);
        await result.ExecuteAsync(context);
        return (context.Response.StatusCode, Encoding.UTF8.GetString(body.ToArray()), context.Response.Headers.ContainsKey("Idempotency-Replayed"));
    }
}
