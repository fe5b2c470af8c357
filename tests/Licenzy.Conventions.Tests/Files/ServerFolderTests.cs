using Licenzy.Conventions.Tests.Source;

namespace Licenzy.Conventions.Tests.Files;

public sealed class ServerFolderTests
{
    private const string Server = "src/Licenzy.Server";

    [Test]
    public void Every_folder_of_the_server_is_a_feature() =>
        Assert.That(ServerFolders.Violations(RepositoryRoot.Sources(Server, "").Select(file => file.Path[(Server.Length + 1)..])), Is.Empty);

    [TestCase("Common/Result.cs")]
    [TestCase("access/AccessStore.cs")]
    [TestCase("Extensions.cs")]
    public void A_file_outside_the_features_is_found(string path) => Assert.That(ServerFolders.Violations([path]), Has.Count.EqualTo(1));

    [TestCase("Access/AccessEndpoints.cs")]
    [TestCase("Storage/Migrations/0001.sql")]
    [TestCase("Log.cs")]
    public void A_file_at_its_place_is_not(string path) => Assert.That(ServerFolders.Violations([path]), Is.Empty);
}
