using Licenzy.Domain;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;

namespace Licenzy.Server.Tests.Changes;

/// <summary>Who comes back is told one by one what it missed, as long as that is not too much: what happened to others does not count.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class ResumeTests(Engine engine) : ServerFixture(engine)
{
    private const string Route = "GET /v1/changes";
    private const int Longest = 10_000;

    [Test]
    [Spec(Route, "however much happened in other workspaces and modes, a position is good")]
    public async Task What_happened_elsewhere_makes_no_position_too_old()
    {
        var (last, own) = await LeaveAsync();
        await FeedRows.AddAsync(Server, new Scope("ws_another", Mode.Test), Longest + 1);
        await FeedRows.AddAsync(Server, own with { Mode = Mode.Live }, Longest + 1);
        await FeedRows.AddAsync(Server, own, 1, first: 7);

        using var again = await ChangeListener.OpenAsync(Runtime.Http, last);
        var heard = await again.ChangeAsync();

        Assert.That((heard.Type, (string?)heard.Data!["subject_ref"], (long?)heard.Data["version"]), Is.EqualTo(((string?)null, "user", 7)));
    }

    [Test]
    [Spec(Route, "10,000 changes are told one by one, and one more is a reset")]
    public async Task Too_many_of_ones_own_are_a_reset()
    {
        var (last, own) = await LeaveAsync();
        await FeedRows.AddAsync(Server, own, Longest);
        using (var again = await ChangeListener.OpenAsync(Runtime.Http, last))
        {
            var versions = new List<long>();
            for (var i = 0; i < Longest; i++)
                versions.Add((long)(await again.ChangeAsync()).Data!["version"]!);
            Assert.That(versions, Is.EqualTo(Enumerable.Range(1, Longest)));
        }

        await FeedRows.AddAsync(Server, own, 1);
        using var late = await ChangeListener.OpenAsync(Runtime.Http, last);
        Assert.That((await late.ChangeAsync()).Type, Is.EqualTo("reset"));
    }

    // The position somebody had who went, and where.
    private async Task<(string LastId, Scope Own)> LeaveAsync()
    {
        using var listener = await ChangeListener.OpenAsync(Runtime.Http);
        var subject = NewSubject();
        await GrantAsync(subject, "PACK1000");
        var own = (await Rows.ValueAsync<string>(Server, "select workspace_id from subjects where subject_ref = @subject", new { subject }))!;
        return ((await listener.ChangeAsync()).Id!, new Scope(own, Mode.Test));
    }
}
