// A worker as its makers publish it: fetches the topic "send", completes what is addressed to the akim, throws a BPMN error for the rest.
import { BasicAuthInterceptor, Client, Variables } from "camunda-external-task-client-js";

const [baseUrl, username, password, expected] = process.argv.slice(2);
const interceptors = new BasicAuthInterceptor({ username, password });
const client = new Client({ baseUrl, interceptors, interval: 50, workerId: "node", use: () => {} });
let done = 0;

client.subscribe("send", { lockDuration: 10000 }, async ({ task, taskService }) => {
  const to = task.variables.get("to");
  if (to === "akim") {
    await taskService.complete(task, new Variables().set("receipt", `R-${task.businessKey}`));
  } else if (to === "nobody") {
    await taskService.handleFailure(task, { errorMessage: "no such address", errorDetails: "looked everywhere", retries: 0, retryTimeout: 0 });
  } else {
    await taskService.handleBpmnError(task, "refused", "not for us", new Variables().set("why", to));
  }
  done += 1;
  if (done === Number(expected)) {
    client.stop();
    console.log(JSON.stringify({ done }));
    process.exit(0);
  }
});
