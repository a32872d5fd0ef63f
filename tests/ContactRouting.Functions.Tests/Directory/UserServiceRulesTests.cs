using System.Text.Json;
using ContactRouting.Directory;

namespace ContactRouting.Tests.Directory;

public sealed class UserServiceRulesTests
{
    [Theory]
    [InlineData("Basic Call Logs", true)]
    [InlineData("Voice/Fax", true)]
    [InlineData("100% #1?", true)]
    [InlineData("", false)]
    [InlineData(" ", false)]
    [InlineData(".", false)]
    [InlineData("..", false)]
    [InlineData("a%2Fb", false)]
    [InlineData("a\nb", false)]
    public void Name_has_to_fit_into_a_path(string name, bool fits) => Assert.Equal(fits, UserServiceRules.NameFault(name) is null);

    [Theory]
    [InlineData("{}", true)]
    [InlineData("[]", false)]
    [InlineData("\"text\"", false)]
    public void Data_is_an_object(string json, bool taken) =>
        Assert.Equal(taken, UserServiceRules.DataFault(JsonDocument.Parse(json).RootElement) is null);
}
