using System.Text.RegularExpressions;
using System.Xml.Linq;
using ContactRouting.Storage;
using ContactRouting.Tests.Deployment;

namespace ContactRouting.Tests.Hosting;

public sealed partial class VersionTests
{
    private static readonly string Version = XDocument.Load(Repository.File("Directory.Build.props")).Descendants("Version").Single().Value;

    [Fact]
    public void Assembly_has_the_version_that_stands_in_one_place() =>
        Assert.Equal(Version, typeof(Tables).Assembly.GetName().Version!.ToString(3));

    [Fact]
    public void Changelog_tells_of_the_version_or_of_what_is_to_be_released()
    {
        var headings = Heading().Matches(File.ReadAllText(Repository.File("CHANGELOG.md"))).Select(match => match.Groups[1].Value);
        Assert.Contains(headings, heading => heading == "Unreleased" || heading == Version);
    }

    [GeneratedRegex(@"^## \[(.+?)\]", RegexOptions.Multiline)]
    private static partial Regex Heading();
}
