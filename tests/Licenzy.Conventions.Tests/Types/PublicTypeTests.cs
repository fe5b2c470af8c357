namespace Licenzy.Conventions.Tests.Types;

public sealed class PublicTypeTests
{
    [Test]
    public void Public_types_are_closed() =>
        Assert.That(PublicTypes.Open(PublicTypes.Assemblies().SelectMany(a => a.GetExportedTypes())), Is.EquivalentTo(PublicTypes.OpenForAReason.Keys));

    [Test]
    public void Every_open_type_has_its_reason() =>
        Assert.That(PublicTypes.OpenForAReason.Values, Is.All.Not.Empty);

    [Test]
    public void An_open_type_is_found() =>
        Assert.That(
            PublicTypes.Open([typeof(AnOpenClass), typeof(AnAbstractClass), typeof(PublicTypeTests), typeof(DayOfWeek), typeof(IDisposable), typeof(Math)]),
            Is.EqualTo(new[] { typeof(AnAbstractClass).FullName, typeof(AnOpenClass).FullName }));

    public class AnOpenClass;

    public abstract class AnAbstractClass;
}
