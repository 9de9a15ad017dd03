/** Owns how files are called that describe images and services of containers. */
export const DOCKERFILE = /^((Docker|Container)file(\..+)?|.+\.(docker|container)file)$/i;
export const COMPOSE = /^(docker-)?compose([._-].+)?\.ya?ml$/i;
