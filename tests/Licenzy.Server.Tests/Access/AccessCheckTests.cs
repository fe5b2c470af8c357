using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;
using Licenzy.Server.Tests.Spec;

namespace Licenzy.Server.Tests.Access;

/// <summary>May this subject proceed? The smallest answer, and what stands beside it in headers.</summary>
[TestFixtureSource(typeof(EveryEngine))]
public sealed class AccessCheckTests(Engine engine) : ServerFixture(engine)
{
    private const string Route = "POST /v1/access/check";

    [Test]
    [Spec(Route, "an unknown subject is false")]
    public async Task Unknown_subject_is_denied()
    {
        var subject = NewSubject();
        var answer = await CheckAsync(subject);

        Assert.That((answer.Status, answer.MediaType), Is.EqualTo((200, "application/json")));
        Assert.That(answer.Text, Is.EqualTo($$"""{"subject_ref":"{{subject}}","allowed":false}"""));
        Assert.That(answer.Header("Licenzy-Subject-Version"), Is.EqualTo("0"));
        Assert.That(answer.Header("Licenzy-Next-Change-At"), Is.Null);
    }

    [Test]
    [Spec(Route, "the answer has exactly two members, 200 for true and for false")]
    public async Task The_answer_has_exactly_two_members()
    {
        var subject = NewSubject();
        await GivenAsync(subject, "PASS30");

        var answer = await CheckAsync(subject);

        Assert.That(answer.Status, Is.EqualTo(200));
        Assert.That(answer.Text, Is.EqualTo($$"""{"subject_ref":"{{subject}}","allowed":true}"""));
    }

    [Test]
    [Spec(Route, "Licenzy-Subject-Version grows with every change of the subject")]
    public async Task The_version_grows_with_every_change()
    {
        var subject = NewSubject();
        var versions = new List<long> { await VersionAsync(subject) };
        await GivenAsync(subject, "PACK1000");
        versions.Add(await VersionAsync(subject));
        await ConsumeAsync(subject, 1);
        versions.Add(await VersionAsync(subject));
        await GivenAsync(subject, "PASS30");
        versions.Add(await VersionAsync(subject));

        Assert.That(versions, Is.Ordered.Ascending.And.Unique);
        Assert.That((long)(await SummaryAsync(subject))["version"]!, Is.EqualTo(versions[^1]));
        Assert.That(await VersionAsync(subject), Is.EqualTo(versions[^1]), "reading changes nothing");
    }

    [Test]
    [Spec(Route, "Licenzy-Next-Change-At is the earliest instant at which allowed can flip by time alone, absent if never")]
    public async Task The_next_change_is_where_allowed_flips()
    {
        var (passes, pack) = (NewSubject(), NewSubject());
        await GivenAsync(passes, "PASS30");
        await GivenAsync(passes, "PASS30");
        await GivenAsync(pack, "PACK1000");
        var end = Clock.GetUtcNow().AddDays(60);

        var answer = await CheckAsync(passes);
        Assert.That(answer.Header("Licenzy-Next-Change-At"), Is.EqualTo(Wire.Time(end)), "the first pass's end is no flip");
        Assert.That((await CheckAsync(pack)).Header("Licenzy-Next-Change-At"), Is.Null);

        Clock.Set(end.AddMilliseconds(-1));
        Assert.That(await AllowedAsync(passes), Is.True);
        Clock.Set(end);
        Assert.That(await AllowedAsync(passes), Is.False);
    }

    [TestCase("PASS30", "time_pass_active")]
    [TestCase("PACK1000", "usage_pack_available")]
    [TestCase("PRO", "subscription_active")]
    [Spec(Route, "Licenzy-Reason says why")]
    public async Task The_reason_says_why(string product, string reason)
    {
        var subject = NewSubject();
        await GivenAsync(subject, product);

        Assert.That((await CheckAsync(subject)).Header("Licenzy-Reason"), Is.EqualTo(reason));
        Assert.That((string)(await SummaryAsync(subject))["entitlements"]![0]!["availability_reason"]!, Is.EqualTo(reason));
    }

    [TestCase("product_code")]
    [TestCase("mode")]
    [TestCase("allowed")]
    [TestCase("Subject_Ref")]
    [Spec(Route, "anything but subject_ref in the request is refused, product_code and mode included")]
    public async Task Any_other_member_is_refused(string member)
    {
        var answer = await Runtime.PostAsync("/v1/access/check", new JsonObject { ["subject_ref"] = "user_1", [member] = "test" });

        Assert.That((answer.Status, answer.Error), Is.EqualTo((400, "invalid_request")), answer.Text);
        Assert.That(answer.Fields, Is.EqualTo(new[] { member }));
    }

    [TestCase("")]
    [TestCase("a\nb")]
    [TestCase("a\u0085b")]
    [TestCase("\u007f")]
    [Spec(Route, "a subject_ref has 1 to 255 characters and no control characters")]
    public async Task A_subject_that_cannot_be_is_refused(string subject)
    {
        var answer = await CheckAsync(subject);

        Assert.That((answer.Status, answer.Error), Is.EqualTo((400, "invalid_request")), answer.Text);
        Assert.That(answer.Fields, Is.EqualTo(new[] { "subject_ref" }));
    }

    [Test]
    public async Task The_longest_subject_is_taken_and_one_character_more_is_not()
    {
        var longest = new string('ü', 255);

        Assert.That((string)(await CheckAsync(longest)).Json["subject_ref"]!, Is.EqualTo(longest));
        Assert.That((await CheckAsync(longest + "x")).Status, Is.EqualTo(400));
    }

    private Task<Answer> CheckAsync(string subject) => Runtime.PostAsync("/v1/access/check", new JsonObject { ["subject_ref"] = subject });

    private async Task<long> VersionAsync(string subject) =>
        long.Parse((await CheckAsync(subject)).Header("Licenzy-Subject-Version")!, System.Globalization.CultureInfo.InvariantCulture);

    private async Task GivenAsync(string subject, string product)
    {
        var answer = await GrantAsync(subject, product);
        Assert.That(answer.Status, Is.EqualTo(201), answer.Text);
    }
}
