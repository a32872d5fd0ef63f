using ContactRouting.Accounts;
using ContactRouting.Storage;
using ContactRouting.Tests.Deployment;

namespace ContactRouting.Tests.Accounts;

public sealed class AccountSecretTests
{
    [Fact]
    public void Secret_by_which_an_account_is_found_has_a_holder_of_its_own()
    {
        var found = AccountSecret.All.Where(secret => secret.Claim is not null).ToList();
        Assert.Equal(found.Count, found.Select(secret => secret.Holder).Distinct().Count());
        Assert.DoesNotContain(ClaimHolder.Account, found.Select(secret => secret.Holder));
        Assert.Equal(found.Count + 1, new Account { Username = "admin" }.Claims.Count());
    }

    [Fact]
    public void Secrets_that_the_start_rotates_are_those_that_can_be() =>
        Assert.Contains(
            $"const rotatingSecrets = [{string.Join(", ", AccountSecret.Rotating.Select(secret => $"'{secret.Name}'"))}];",
            File.ReadAllText(Repository.File("run")),
            StringComparison.Ordinal
        );
}
