using ContactRouting.Accounts;
using ContactRouting.Keys;
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
    public void Secret_is_drawn_anew_and_derived_the_same_again_in_one_form()
    {
        var key = new NamedKey("test", new byte[NamedKey.KeyBytes]);
        Assert.All(AccountSecret.All, secret =>
        {
            string[] drawn = [secret.Drawn(), secret.Drawn(), secret.DerivedFor("one", key), secret.DerivedFor("two", key)];
            Assert.Equal(drawn.Length, drawn.Distinct().Count());
            Assert.Equal(drawn[2], secret.DerivedFor("one", key));
            var form = secret.Name == "callbackSecret" ? "^whsec_[A-Za-z0-9+/]{43}=$" : $"^(SK)?[A-Za-z0-9]{{{secret.Length}}}$";
            Assert.All(drawn, text => Assert.Matches(form, text));
        });
    }

    [Fact]
    public void Secrets_that_the_start_rotates_are_those_that_can_be() =>
        Assert.Contains(
            $"const rotatingSecrets = [{string.Join(", ", AccountSecret.Rotating.Select(secret => $"'{secret.Name}'"))}];",
            File.ReadAllText(Repository.File("run")),
            StringComparison.Ordinal
        );
}
