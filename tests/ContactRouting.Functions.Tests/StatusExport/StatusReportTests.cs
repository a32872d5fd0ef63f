using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using ContactRouting.Directory;
using ContactRouting.Presence;
using ContactRouting.Routing;
using ContactRouting.StatusExport;
using static ContactRouting.Tests.Directories;

namespace ContactRouting.Tests.StatusExport;

public sealed class StatusReportTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    private static readonly StatusReport Report = StatusReport.Of(
        Of(
            Queue(1),
            Queue(2),
            Queue(3, enabled: false),
            Queue(4),
            new Group { Id = "GR_A" },
            new QueueGroup
            {
                Id = "r",
                QueueId = 2,
                GroupId = "GR_A",
            },
            Agent(7, [1, 3], ["GR_A"]),
            Agent(8, [4])
        ),
        [
            new AgentState { AgentId = 7, Status = PresenceStatus.Busy, OnlineSince = Noon.AddSeconds(-56.9) },
            new AgentState { AgentId = 8 },
            new AgentState { AgentId = 99, Status = PresenceStatus.Available },
        ],
        [(Line.OfQueue(1), Noon.AddSeconds(-9.5)), (Line.OfQueue(1), Noon.AddSeconds(-3)), (Line.OfAgent(7), Noon.AddSeconds(-70))],
        new Dictionary<int, int> { [7] = 2 },
        Noon);

    [Fact]
    public void Report_has_the_online_departments_and_the_operators_that_are_logged_in()
    {
        Assert.Equal([1, 2], Report.Departments.Select(department => department.Id));
        var op = Assert.Single(Report.Agents);
        Assert.Equal(("Agent 7", false, 56), (op.Name, op.Available, op.OnlineFor));
        Assert.Equal([1, 2, 3], op.Departments.Select(department => department.Id));
    }

    [Fact]
    public void Xml_is_exactly_the_documented_one() => Assert.Equal(
        "<status><global><customers><inqueue>3</inqueue><maxWaiting>70</maxWaiting></customers></global>"
        + "<departments><department id=\"1\" name=\"Queue 1\"><inqueue>2</inqueue><maxWaiting>9</maxWaiting></department>"
        + "<department id=\"2\" name=\"Queue 2\"><inqueue>0</inqueue><maxWaiting>0</maxWaiting></department></departments>"
        + "<operators><operator name=\"Agent 7\" email=\"7@example.com\"><status>busy</status><chats>2</chats><onlineFor>56</onlineFor>"
        + "<departments><department><id>1</id><name>Queue 1</name></department><department><id>2</id><name>Queue 2</name></department>"
        + "<department><id>3</id><name>Queue 3</name></department></departments></operator></operators></status>",
        Encoding.UTF8.GetString(StatusReportFormat.Xml(Report, perDepartment: true)));

    [Fact]
    public void Json_is_exactly_the_projection_of_the_xml() => Assert.Equal(
        """{"global":{"customers":{"inqueue":3,"maxWaiting":70}},"departments":[{"@attributes":"""
            + """{"id":"1","name":"Queue 1"},"inqueue":2,"maxWaiting":9},"""
        + """{"@attributes":{"id":"2","name":"Queue 2"},"inqueue":0,"maxWaiting":0}],"operators":[{"@attributes":"""
        + """{"name":"Agent 7","email":"7@example.com"},"""
        + "\"status\":\"busy\""
        + ""","chats":"2","onlineFor":"56","departments":[{"id":"1","name":"Queue 1"},{"id":"2","name":"Queue 2"},"""
        + """{"id":"3","name":"Queue 3"}]}]}""",
        Encoding.UTF8.GetString(StatusReportFormat.Json(Report, perDepartment: true)));

    [Fact]
    public void Without_departments_there_is_no_list_of_them()
    {
        Assert.DoesNotContain(
            "\"@attributes\":{\"id\"",
            Encoding.UTF8.GetString(StatusReportFormat.Json(Report, perDepartment: false)),
            StringComparison.Ordinal
        );
        Assert.Null(
            XDocument.Parse(Encoding.UTF8.GetString(StatusReportFormat.Xml(Report, perDepartment: false))).Root!.Element("departments")
        );
    }

    [Fact]
    public void Hostile_names_stay_data()
    {
        const string Name = "<b>&\"'\u2028]]></status>";
        var report = StatusReport.Empty with { Agents = [new OnlineAgent(Name, Name, true, 0, 0, [(1, Name)])] };
        Assert.Equal(
            Name,
            XDocument
                .Parse(Encoding.UTF8.GetString(StatusReportFormat.Xml(report, true)))
                .Descendants("operator")
                .Single()
                .Attribute("name")!
                .Value
        );
        Assert.Equal(
            Name,
            JsonDocument
                .Parse(StatusReportFormat.Json(report, true))
                .RootElement.GetProperty("operators")[0]
                .GetProperty("departments")[0]
                .GetProperty("name")
                .GetString()
        );
    }
}
