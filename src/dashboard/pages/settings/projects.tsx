import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { projectsQuery } from '../../api/queries/administration.ts';
import { Card } from '../../components/card.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Ago } from '../../components/time.tsx';
import { useFormats, useMessages } from '../../language.tsx';
import { useMay } from '../../role.ts';
import { oneLine, visibleText } from '../../visible-text.ts';
import { NewProject } from '../sources/new-project.tsx';

export function Projects() {
  const { settings, shared } = useMessages();
  const t = settings.projects;
  const formats = useFormats();
  const mayConnect = useMay('write');
  const isAdmin = useMay('admin');
  const projects = useQuery(projectsQuery);
  return (
    <>
      <p className="mb-3 text-sm text-muted">{t.intro}</p>
      <Loaded query={projects}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="text-muted">{t.empty}</p>
          ) : (
            <div className="grid gap-3 md:grid-cols-2">
              {items.map((project) => (
                <Card key={project.id}>
                  <div className="mb-2 flex flex-wrap items-baseline justify-between gap-2">
                    <h2 className="font-semibold wrap-anywhere">{visibleText(project.name)}</h2>
                    {mayConnect && (
                      <Link
                        to="/sources"
                        search={{ project: project.slug }}
                        className="text-sm text-info hover:underline"
                      >
                        {t.connect}
                      </Link>
                    )}
                  </div>
                  <Facts>
                    <Fact name={t.slug}>{project.slug}</Fact>
                    <Fact name={t.services}>
                      {project.services.length === 0 ? shared.none : project.services.map(oneLine).join(', ')}
                    </Fact>
                    <Fact name={t.eventsLastDay}>{formats.count(project.eventsLastDay)}</Fact>
                    <Fact name={t.lastEvent}>
                      <Ago at={project.lastEventAt} />
                    </Fact>
                    <Fact name={shared.created}>
                      <Ago at={project.createdAt} />
                    </Fact>
                  </Facts>
                </Card>
              ))}
            </div>
          )
        }
      </Loaded>
      {isAdmin && (
        <Card className="mt-3">
          <NewProject />
        </Card>
      )}
    </>
  );
}
