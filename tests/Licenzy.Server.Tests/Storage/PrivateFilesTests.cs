using System.Runtime.Versioning;
using Licenzy.Server.Storage;

namespace Licenzy.Server.Tests.Storage;

[UnsupportedOSPlatform("windows")]
[Platform(Exclude = "Win")]
public sealed class PrivateFilesTests
{
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private DirectoryInfo _folder = null!;

    private string Secret => Path.Combine(_folder.FullName, "secret.txt");

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("licenzy-private-");

    [TearDown]
    public void RemoveFolder() => _folder.Delete(recursive: true);

    [Test]
    public void A_written_file_is_the_owner_s_though_another_lay_there_for_all_to_read()
    {
        File.WriteAllText(Secret, "something older and longer");
        File.SetUnixFileMode(Secret, OwnerFile | UnixFileMode.GroupRead | UnixFileMode.OtherRead);

        PrivateFiles.Write(Secret, "a key");

        Assert.That(File.ReadAllText(Secret), Is.EqualTo("a key"));
        Assert.That(File.GetUnixFileMode(Secret), Is.EqualTo(OwnerFile));
    }

    [Test]
    public void A_link_is_replaced_not_followed()
    {
        var elsewhere = Path.Combine(_folder.FullName, "elsewhere.txt");
        File.WriteAllText(elsewhere, "untouched");
        File.CreateSymbolicLink(Secret, elsewhere);

        PrivateFiles.Write(Secret, "a key");

        Assert.That(File.ReadAllText(elsewhere), Is.EqualTo("untouched"));
        Assert.That(File.ReadAllText(Secret), Is.EqualTo("a key"));
    }

    [Test]
    public void A_held_file_is_held_once_and_free_afterwards()
    {
        using (PrivateFiles.Hold(Secret))
            Assert.That(() => PrivateFiles.Hold(Secret), Throws.InstanceOf<IOException>());
        using (PrivateFiles.Hold(Secret))
            Assert.That(File.GetUnixFileMode(Secret), Is.EqualTo(OwnerFile));
    }
}
