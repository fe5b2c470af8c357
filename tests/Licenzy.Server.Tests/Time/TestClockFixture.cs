using System.Globalization;
using System.Text.Json.Nodes;
using Licenzy.Server.Tests.Engines;
using Licenzy.Server.Tests.Http;

namespace Licenzy.Server.Tests.Time;

/// <summary>A shop whose test mode travels in time; every test begins at real time.</summary>
public abstract class TestClockFixture(Engine engine) : ServerFixture(engine)
{
    protected const string Clocks = "/portal/test-clock";
    protected const string Move = "PUT /portal/test-clock";

    [OneTimeSetUp]
    public Task Listen() => Server.ListenAsync();

    [SetUp]
    public async Task ReturnToRealTime() => Assert.That((await Portal.SendAsync(HttpMethod.Delete, Clocks, (string?)null)).Status, Is.EqualTo(200));

    protected Task<Answer> MoveAsync(JsonObject body, string? key = null) => Portal.SendAsync(HttpMethod.Put, Clocks, body, key);

    protected async Task<DateTimeOffset> AdvanceAsync(TimeSpan by)
    {
        var answer = await MoveAsync(new JsonObject { ["advance_seconds"] = (long)by.TotalSeconds });
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        return Time(answer.Json["now"]);
    }

    protected static DateTimeOffset Time(JsonNode? text) => DateTimeOffset.Parse((string)text!, CultureInfo.InvariantCulture);
}
