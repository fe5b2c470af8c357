using Licenzy.Conventions.Tests.Source;

namespace Licenzy.Conventions.Tests.Types;

public sealed class TypeNameTests
{
    private static readonly IReadOnlyList<SourceFile> Sources = RepositoryRoot.Sources("src", ".cs");

    [Test]
    public void No_type_has_a_name_that_fits_everything() => Assert.That(Sources.SelectMany(TypeNames.Banned), Is.Empty);

    [Test]
    public void A_file_is_named_after_a_type_in_it() => Assert.That(Sources.SelectMany(TypeNames.Misplaced), Is.Empty);

    [TestCase("public sealed class KeyManager;")]
    [TestCase("internal static class StringUtils\n{\n}")]
    [TestCase("[Obsolete] public partial class AccessService<T>(int a);")]
    [TestCase("    private readonly record struct ClockImpl(long Ticks);")]
    [TestCase("public interface IAccessService;")]
    public void A_name_that_fits_everything_is_found(string text) => Assert.That(TypeNames.Banned(new("src/X/X.cs", text)), Has.Count.EqualTo(1));

    [TestCase("// the class KeyManager was here\npublic sealed class Keys;")]
    [TestCase("var servicename = \"class KeyManager\";")]
    [TestCase("public sealed class Serviceable;")]
    public void What_only_sounds_like_it_is_not(string text) => Assert.That(TypeNames.Banned(new("src/X/X.cs", text)), Is.Empty);

    [TestCase("src/Licenzy.Server/Access/Stuff.cs", "internal sealed class AccessStore;", 1)]
    [TestCase("src/Licenzy.Server/Access/AccessStore.cs", "internal sealed class AccessStore;", 0)]
    [TestCase("src/Licenzy.Server/Access/AccessStore.Reading.cs", "internal sealed partial class AccessStore;", 0)]
    [TestCase("src/Licenzy.Contracts/Portal/Products.cs", "public sealed record ProductResponse;", 0)]
    [TestCase("src/Licenzy.Contracts/Portal/Grants.cs", "public sealed record ProductResponse;", 1)]
    [TestCase("src/Licenzy.Domain/RightWords.cs", "public enum Kind;\npublic enum Reason;", 0)]
    [TestCase("src/Licenzy.Domain/RightWords.cs", "public enum Kind;\npublic sealed record Right;", 1)]
    [TestCase("src/Licenzy.Cli/Program.cs", "return await App.RunAsync(args);", 0)]
    public void A_file_without_a_type_of_its_name_is_found(string path, string text, int found) =>
        Assert.That(TypeNames.Misplaced(new(path, text)), Has.Count.EqualTo(found));
}
