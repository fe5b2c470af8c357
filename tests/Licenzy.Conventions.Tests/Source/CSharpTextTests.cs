namespace Licenzy.Conventions.Tests.Source;

public sealed class CSharpTextTests
{
    [TestCase("a // said\nb")]
    [TestCase("a /* said\n */ b")]
    [TestCase("a \"said \\\" said\"\nb")]
    [TestCase("a @\"said \"\" said\n\" b")]
    [TestCase("a $@\"said \\\" \nb")]
    [TestCase("a \"\"\"\n said \" said\"\"\" b")]
    [TestCase("a '\"' /* said */\nb '\\''")]
    public void Comments_and_strings_are_not_code(string text)
    {
        var code = CSharpText.WithoutCommentsAndStrings(text);

        Assert.That(code, Does.Contain("a").And.Contain("b").And.Not.Contain("said"));
        Assert.That(code.Count(c => c == '\n'), Is.EqualTo(text.Count(c => c == '\n')));
    }

    [Test]
    public void Code_after_an_address_in_a_string_is_still_code() =>
        Assert.That(CSharpText.WithoutCommentsAndStrings("Call(\"http://localhost\", DateTime.Now);"), Does.Contain("DateTime.Now"));
}
