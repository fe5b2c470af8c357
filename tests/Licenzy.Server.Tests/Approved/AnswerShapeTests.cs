namespace Licenzy.Server.Tests.Approved;

/// <summary>A comparison that finds nothing proves nothing: these are found.</summary>
public sealed class AnswerShapeTests
{
    private const string Approved = """{"id":"ent_<ulid>","n":1,"at":"<instant>","end":null,"list":["<text>","…"],"inner":{"a":true,"b":"<number>"}}""";
    private const string Right = """{"id":"ent_01J00000000000000000000000","n":1,"at":"2026-08-01T12:00:00Z","end":null,"list":["x","y"],"inner":{"a":true,"b":0}}""";

    [TestCase("", "", true)]
    [TestCase("12:00:00Z", "12:00:00.123Z", true)]
    [TestCase("[\"x\",\"y\"]", "[\"x\"]", true)]
    [TestCase("\"n\":1", "\"n\":1,\"m\":2", false)]
    [TestCase("\"n\":1,", "", false)]
    [TestCase("\"n\":1", "\"n\":1.0", false)]
    [TestCase("\"n\":1", "\"n\":\"1\"", false)]
    [TestCase("\"n\":1", "\"N\":1", false)]
    [TestCase("\"n\":1", "\"n\":1,\"n\":1", false)]
    [TestCase("\"end\":null", "\"end\":\"\"", false)]
    [TestCase("\"end\":null,", "", false)]
    [TestCase("\"a\":true,\"b\":0", "\"b\":0,\"a\":true", false)]
    [TestCase("\"a\":true", "\"a\":\"true\"", false)]
    [TestCase("\"b\":0", "\"b\":\"0\"", false)]
    [TestCase("\"b\":0", "\"b\":0.5", false)]
    [TestCase("12:00:00Z", "12:00:00+00:00", false)]
    [TestCase("12:00:00Z", "12:00:00.1234Z", false)]
    [TestCase("12:00:00Z", "12:00:00Z\\n", false)]
    [TestCase("ent_01J", "ent_01I", false)]
    [TestCase("ent_01J", "att_01J", false)]
    [TestCase("[\"x\",\"y\"]", "[]", false)]
    [TestCase("[\"x\",\"y\"]", "[\"x\",1]", false)]
    public void A_difference_is_found(string text, string instead, bool same)
    {
        var answer = text.Length == 0 ? Right : Right.Replace(text, instead, StringComparison.Ordinal);

        Assert.That(text.Length == 0 || answer != Right, "the case changes something");
        Assert.That(AnswerShape.Differences(Approved, answer), same ? Is.Empty : Is.Not.Empty);
    }

    [TestCase("""{"b":2,"a":1,"c":3}""", true)]
    [TestCase("""{"b":2}""", false)]
    [TestCase("""{"b":2,"a":"1"}""", false)]
    public void An_example_may_leave_members_out(string answer, bool same) =>
        Assert.That(AnswerShape.Differences("""{"a":1,"b":2}""", answer, mayHaveMore: true), same ? Is.Empty : Is.Not.Empty);
}
