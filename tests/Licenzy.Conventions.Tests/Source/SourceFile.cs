namespace Licenzy.Conventions.Tests.Source;

/// <summary>A file and its text; the path is relative to the repository, with slashes.</summary>
internal sealed record SourceFile(string Path, string Text)
{
    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    public int Lines => Text.Length == 0 ? 0 : Text.TrimEnd('\n').Count(c => c == '\n') + 1;

    /// <summary>The program without what it only says: comments and the content of strings.</summary>
    public string Code => CSharpText.WithoutCommentsAndStrings(Text);
}
