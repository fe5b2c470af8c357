using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;

namespace Licenzy.Server.Tests.Access;

/// <summary>ETag and If-None-Match on the access summary (CONTRACT §1).</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class CustomerAccessTagTests(Engine engine) : ServerFixture(engine)
{
    [Test, Spec("GET /v1/customer/access/{subject_ref}", "ETag + If-None-Match: 304 while nothing has changed, whenever it is asked")]
    public async Task While_nothing_has_changed_a_known_tag_is_304()
    {
        var subject = NewSubject();
        await GrantAsync(subject, "PACK1000");
        var first = await AskAsync(subject, tag: null);
        Clock.Advance(TimeSpan.FromSeconds(5));
        var second = await AskAsync(subject, first.Header("ETag"));
        Assert.That((second.Status, second.Text, second.Header("ETag")), Is.EqualTo((304, "", first.Header("ETag"))));
        Assert.That((await AskAsync(subject, "W/\"another\", " + first.Header("ETag"))).Status, Is.EqualTo(304), "one of several");
    }

    [Test, Spec("GET /v1/customer/access/{subject_ref}", "a change, by an event or by time alone, is a new ETag")]
    public async Task A_change_by_use_or_by_time_alone_is_a_new_tag()
    {
        var subject = NewSubject();
        await GrantAsync(subject, "PACK1000");
        var full = await AskAsync(subject, tag: null);
        await ConsumeAsync(subject, 1);
        var used = await AskAsync(subject, full.Header("ETag"));
        Assert.That(used.Status, Is.EqualTo(200));

        await GrantAsync(subject, "PASS30");
        var running = await AskAsync(subject, used.Header("ETag"));
        Clock.Advance(TimeSpan.FromDays(31));
        var over = await AskAsync(subject, running.Header("ETag"));
        Assert.That((over.Status, over.Header("ETag")), Is.Not.EqualTo((304, running.Header("ETag"))));
        Assert.That(over.Status, Is.EqualTo(200), "the pass has ended, and nobody told");
    }

    private async Task<Answer> AskAsync(string subject, string? tag)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/customer/access/{subject}");
        if (tag is not null)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", tag);
        }

        return await Runtime.SendAsync(request);
    }
}
