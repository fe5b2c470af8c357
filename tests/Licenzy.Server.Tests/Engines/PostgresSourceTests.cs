namespace Licenzy.Server.Tests.Engines;

public sealed class PostgresSourceTests
{
    [Test]
    public void A_named_server_wins_over_the_machines_own()
    {
        var source = PostgresSource.From(name => name == PostgresSource.Variable ? "Host=db" : null, PostgresBinaries.Folders());

        Assert.That(source.ConnectionString, Is.EqualTo("Host=db"));
        Assert.That(source.Binaries, Is.Null);
    }

    [TestCase("true", true)]
    [TestCase(null, false)]
    public void Without_any_the_tests_are_skipped_and_on_CI_they_fail(string? ci, bool mandatory)
    {
        var source = PostgresSource.From(name => name == "CI" ? ci : null, []);

        Assert.That(source.IsAvailable, Is.False);
        Assert.That(source.IsMandatory, Is.EqualTo(mandatory));
    }

    [Test]
    public void A_folder_with_only_a_client_is_not_a_server()
    {
        var folder = Directory.CreateTempSubdirectory("licenzy-psql-");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "psql"), "");

            Assert.That(PostgresBinaries.FindIn([folder.FullName, "/no/such/folder"]), Is.Null);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [TestCase("root:x:0\npostgres:x:101", "runuser", "runuser -u postgres --")]
    [TestCase("root:x:0\n", "runuser", "runuser -u nobody --")]
    [TestCase("root:x:0\npostgres:x:101", "setpriv", "setpriv --reuid=postgres --regid=postgres --clear-groups --")]
    [TestCase("root:x:0\npostgres:x:101", "", "su -s /bin/sh postgres -c exec \"$0\" \"$@\" --")]
    public void Root_hands_the_server_to_another_user(string accounts, string installed, string prefix)
    {
        var user = UnprivilegedUser.ForRoot(accounts, program => program == installed);

        Assert.That(string.Join(' ', user.Prefix), Is.EqualTo(prefix));
    }
}
