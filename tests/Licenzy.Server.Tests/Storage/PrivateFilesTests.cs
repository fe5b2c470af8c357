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
            Assert.That(PrivateFiles.Hold(Secret), Is.Null);
        using (PrivateFiles.Hold(Secret))
            Assert.That(File.GetUnixFileMode(Secret), Is.EqualTo(OwnerFile));
    }

    [Test]
    public void What_may_not_be_used_is_a_sentence_that_names_it_and_the_settings()
    {
        // A folder where a file should be is refused to every user, root among them, and in the words of a missing permission.
        Directory.CreateDirectory(Secret);
        var file = Path.Combine(_folder.FullName, "file");
        File.WriteAllText(file, "");

        foreach (var use in new Action[]
        {
            () => PrivateFiles.Hold(Secret), () => PrivateFiles.Create(Secret), () => PrivateFiles.Write(Secret, "a key"), () => PrivateFiles.Read(Secret),
            () => PrivateFiles.CreateDirectory(file), () => PrivateFiles.CreateDirectory(Path.Combine(file, "data")),
        })
            Assert.That(use, Throws.InvalidOperationException.With.Message.Contains(_folder.FullName)
                .And.Message.Contains("Licenzy:DataDirectory (--data)").And.Message.Contains("Licenzy:Database (--database)"));
    }
}
